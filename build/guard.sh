#!/usr/bin/env bash
# Compiles the guard to machine code, where tests and benchmarks look for it.
set -euo pipefail
cd "$(dirname "$(readlink -f "$0")")/.."
. build/install.sh
install gcc libc6-dev
dotnet publish agent/Guard/Guard.csproj -c Release -r linux-x64 -v quiet -p:RunAnalyzers=false
