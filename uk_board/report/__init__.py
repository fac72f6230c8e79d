# SPDX-License-Identifier: BSD-3-Clause
"""The record of a test run, and what is made of it: JUnit XML, a page, comparisons, a history.

    pytest -> plugin -> recorder -> run.json -> junit.xml, index.html, coverage.info
                                             -> merge, compare, history

run.json is the one source (`record` is its schema); all else can be made from it again.
"""
