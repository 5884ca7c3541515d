#!/bin/sh
# Trains every network on an accelerator that is lent for minutes, in stages; each call goes on where the last one
# stopped. Tells samples a second and how busy the GPU is.
#
#     benchmarks/train_device.sh PACK [NETWORK...]
#
# PACK is what `paintout train data --out PACK --small` has made; "" trains on made surfaces. Needs this checkout and
# Python with torch, NumPy and safetensors, nothing else and no net (without Pillow no curve is drawn; the card has its
# numbers). Variables:
#     PYTHON   the interpreter (python3)                DEVICE  cuda:0, cpu
#     MINUTES  that each network trains in all (8)      STAGE   minutes of a stage at most (4)
#     TIME     seconds that this call may take (540)    FOLDER  where all lies (build/train)
# FOLDER has weights, card and curve of what is done and the checkpoint of what is not; they are copied to $OUT if it is
# set. On a fresh machine, put what came back into FOLDER first, and give the same MINUTES and PACK: then it goes on.
set -u
[ $# -ge 1 ] || { sed -n '2,16p' "$0"; exit 2; }
case $1 in ''|/*) pack=$1 ;; *) pack=$PWD/$1 ;; esac
shift
cd "$(dirname "$0")/.." || exit 1
python=${PYTHON:-python3}
device=${DEVICE:-cuda:0}
folder=${FOLDER:-build/train}
export PYTHONPATH="$PWD${PYTHONPATH:+:$PYTHONPATH}"

for module in torch numpy safetensors; do
    "$python" -c "import $module" 2> /dev/null || { echo "left out: everything, for Python has no $module"; exit 0; }
done
[ "$device" = cpu ] || "$python" -c "import sys, torch; sys.exit(not torch.cuda.is_available())" ||
    { echo "left out: everything, for torch sees no $device"; exit 0; }

"$python" -m benchmarks.bench.stages --data "$pack" --folder "$folder" --device "$device" \
    --minutes "${MINUTES:-8}" --stage "${STAGE:-4}" --time "${TIME:-540}" "$@"
code=$?
if [ -n "${OUT:-}" ]; then
    mkdir -p "$OUT"
    for file in "$folder"/*.safetensors "$folder"/*.md "$folder"/*.png; do
        [ -f "$file" ] && cp "$file" "$OUT/"
    done
fi
exit $code
