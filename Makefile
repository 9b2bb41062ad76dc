# make run    install what is missing, build, start the whole hall on this machine
# make test   every check: format, vet, staticcheck, tidy, tests with -race, kernel
# make kernel the tests that need a kernel and USB devices, in a guest that has both
# make soak   an hour of plugging and unplugging, or SOAK=10m; 1,000 power cuts and 500 kills of the terminal; 500
#             crashes of a database
# make build  the programs into bin/
# make bench  benchmarks with allocations
# make fuzz   every fuzz test for FUZZTIME (default 20s)
# make golden rewrite the golden pictures, then look at them

# x11 alone: touch works only there. no_emoji and no_metadata keep 4 MB and a
# file lookup out of every program.
TAGS := x11,no_emoji,no_metadata
export GOFLAGS := -buildvcs=false -tags=$(TAGS)
FUZZTIME ?= 20s

# Programs with windows are linked with cgo, and kioskctl for its HID devices
# (without cgo it says that HID is missing); hall is static.
WINDOWS := kiosk counter desk
TOOLS := kioskctl
STATIC := hall

.PHONY: all run test kernel soak check build packages bench fuzz golden clean
all: test

run: build
	@bin/desk run $(ARGS)

test: check
	go test -race -timeout 20m ./...
	@$(MAKE) --no-print-directory kernel

kernel:
	@.ci/packages test
	@DIR=out/kernel devices/vusb/lab/run

SOAK ?= 1h
soak:
	HALLWAY_SOAK=$(SOAK) go test -race -v -timeout 0 -run Soak ./devices/devicestest
	HALLWAY_SOAK=$(SOAK) go test -race -v -timeout 0 -run 'T1Power|T2|T7|T9|T30' ./app/outbox
	HALLWAY_SOAK=$(SOAK) go test -race -v -timeout 0 -run T22_Crashes ./app/hall/halltest

# gofmt and go mod tidy print what is wrong; printing nothing is passing.
check:
	@.ci/packages test
	@test -z "$$(gofmt -l .)" || { echo "gofmt: run gofmt -w on:"; gofmt -l .; exit 1; }
	go mod tidy -diff
	go vet ./...
	go tool staticcheck ./...

# The windows' programs declare that they follow Fyne's threading rule, which
# switches its run-time checks off; tests keep them on.
build: packages
	go build -trimpath -tags=$(TAGS),migrated_fynedo -o bin/ $(WINDOWS:%=./cmd/%)
	go build -trimpath -o bin/ $(TOOLS:%=./cmd/%)
	CGO_ENABLED=0 go build -trimpath -o bin/ $(STATIC:%=./cmd/%)

packages:
	@.ci/packages

bench:
	go test -run '^$$' -bench . -benchmem ./...

fuzz:
	@for p in $$(go list ./...); do \
		for f in $$(go test -list '^Fuzz' $$p | grep '^Fuzz'); do \
			echo "$$p $$f"; \
			go test -run '^$$' -fuzz "^$$f$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$p || exit 1; \
		done; \
	done

golden:
	go test ./app/kiosk ./printer/escpos -update

clean:
	rm -rf bin out/visit
