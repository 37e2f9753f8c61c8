#!/usr/bin/env bash
# Builds the image of the autograder: Python 3.11 or later, the packages, a wall for the answers.
# AUTOGRADER and UNROLLED_HOME may name other folders than Gradescope's.
set -euo pipefail
source="${AUTOGRADER:-/autograder}/source"
home="${UNROLLED_HOME:-/opt/unrolled}"
export DEBIAN_FRONTEND=noninteractive

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null
}

apt-get update
apt-get install -y bubblewrap ||
    echo "bubblewrap cannot be installed: answers run as a user of their own."

if new_enough python3; then
    python=python3
    apt-get install -y python3-venv
else # such as Ubuntu 22.04, whose python3 is 3.10
    python=python3.11
    apt-get install -y software-properties-common
    add-apt-repository -y ppa:deadsnakes/ppa
    apt-get update
    apt-get install -y python3.11 python3.11-venv
fi
new_enough "$python"

# the packages are for everybody; what was uploaded holds the solutions, and is for root alone
"$python" -m venv "$home"
"$home/bin/python" -m pip install --quiet --requirement "$source/requirements.txt"
chmod -R a+rX "$home"
chmod -R go= "$source"
