# SPDX-License-Identifier: BSD-3-Clause
# The commands of a checkout; each does its own set-up first.
BIN := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup demo test check clean

help:	## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "make %-8s%s\n", $$1, $$2}' Makefile

setup:	## install what is needed: QEMU, compilers, .venv
	@scripts/setup

demo: setup	## build for the Raspberry Pi 4, boot it in QEMU, serve a page of its sensors
	@$(BIN)/uk-board demo rpi4

test: check	## style, types, then every test, those on emulated boards too
	@$(BIN)/pytest -n logical

check: setup	## style (ruff) and types (mypy)
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

clean:	## remove what was built; keeps .venv
	rm -rf build
