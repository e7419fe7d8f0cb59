# `make demo` and `make test` need nothing but Swift: scripts/setup installs the rest.
SHELL := /bin/bash -o pipefail

# Tests are built apart, so that their flags do not rebuild the programs.
TESTS := -c release --scratch-path .build-tests -Xswiftc -enable-testing

.PHONY: demo test build lint docs portable setup clean

demo: setup
	@scripts/demo

test: setup
	swift build $(TESTS) --build-tests
	swift test $(TESTS) --skip-build --disable-xctest

build: setup
	swift build -c release

lint:
	swift format lint --strict --recursive Sources Tests Package.swift
	scripts/lint-kernels

docs: setup
	swift package generate-documentation --target GuidedDiffusion --warnings-as-errors

# Programs that run where no Swift is, for machines with a GPU.
portable: setup
	scripts/portable

setup:
	@scripts/setup

clean:
	rm -rf .build .build-tests .build-portable out
