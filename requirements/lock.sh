#!/usr/bin/env bash
# Resolves every lock again, with hashes of all wheels and without the name of any index. Run by `make lock`.
# dev.txt is the master; all others are its subsets, so that what is tested is what is served and deployed.
set -euo pipefail
cd "$(dirname "$0")/.."
uv=${UV:-.venv/bin/uv}
oldest=3.11
newest=3.14

compile() { "$uv" pip compile --quiet --no-config --generate-hashes --custom-compile-command "make lock" "$@"; }

echo "requirements/dev.txt: everything"
compile pyproject.toml --all-extras --universal --python-version $oldest -o requirements/dev.txt ${UPGRADE:+--upgrade}
echo "requirements/local.txt: what make serve needs"
compile pyproject.toml --extra crypto --extra passwords --extra documents --extra images --extra spreadsheets --extra stripe \
    --extra local --extra docs \
    --universal --python-version $oldest -c requirements/dev.txt -o requirements/local.txt

# A layer is installed by `pip --platform … --no-deps`, and pip judges markers by the interpreter that runs it: so these
# locks hold none, and must come out the same for each target, or one lock could not serve all.
layer() {
    local name=$1 lock="layers/$1/requirements.txt" reference="" body
    shift
    echo "$lock: the Lambda layer"
    for version in $oldest $newest; do
        for platform in aarch64-manylinux_2_28 x86_64-manylinux_2_28; do
            body=$(compile "$@" --python-version $version --python-platform $platform --only-binary :all: \
                -c requirements/dev.txt)
            if [ -z "$reference" ]; then
                reference=$body
            elif [ "$body" != "$reference" ]; then
                echo "$name resolves differently for Python $version on $platform:" >&2
                diff <(printf '%s\n' "$reference") <(printf '%s\n' "$body") >&2
                exit 1
            fi
        done
    done
    mkdir -p "layers/$name"
    printf '%s\n' "$reference" >"$lock"
}

layer dependencies pyproject.toml
layer cryptography layers/cryptography/requirements.in --no-emit-package typing-extensions
layer argon2 layers/argon2/requirements.in --no-emit-package typing-extensions
layer docs_assets layers/docs_assets/requirements.in --no-deps
layer documents layers/documents/requirements.in --no-emit-package typing-extensions
layer images layers/images/requirements.in
layer spreadsheets layers/spreadsheets/requirements.in
layer stripe layers/stripe/requirements.in --no-emit-package typing-extensions
