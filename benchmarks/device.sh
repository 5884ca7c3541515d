#!/bin/sh
# What the nodes take on an accelerator: whole command, how busy the device was, and the most memory it held.
#
#     benchmarks/device.sh [FOLDER]
#
# FlowInpaint on a small and a large plate, on the large one without the accelerator as well; InternalFit's draft on the
# small one, ResidualHiRes on the large one.
# Needs Python with torch, NumPy, OpenCV, SciPy, psutil, Pillow, safetensors and tqdm, and the wheels of OpenEXR,
# OpenImageIO and opencolorio; no PyAV. PYTHON names the interpreter, DEVICE the device (cuda:0). What is missing is
# left out with the reason. Ten minutes at most: TIME seconds (120) for each command.
#
# Plates. FOLDER (build/device) is asked for FOLDER/blackswan/plate and FOLDER/blackswan/matte: blackswan's 50 frames of
# 854x480 under the mattes of tennis, which weigh 6.5 MB as JPEG and PNG and may be carried to a machine without a net:
#     mkdir -p build/device/blackswan
#     cp -r ../shared/plates/blackswan/plate ../shared/plates/tennis/matte build/device/blackswan/
# Where they are not there, a moving camera over a made-up picture takes their place and is called so. The plate of
# 3840x2160 is always made here (benchmarks/bench/pan.py, 8 frames, about 300 MB), with --photo where PHOTO names one.
set -u
cd "$(dirname "$0")/.." || exit 1
python=${PYTHON:-python3}
device=${DEVICE:-cuda:0}
limit=${TIME:-120}
folder=${1:-build/device}
export PYTHONPATH="$PWD${PYTHONPATH:+:$PYTHONPATH}"
mkdir -p "$folder"

for module in torch numpy cv2 scipy psutil PIL safetensors tqdm OpenEXR OpenImageIO PyOpenColorIO; do
    "$python" -c "import $module" 2>/dev/null || { echo "left out: everything, for Python has no $module"; exit 0; }
done
"$python" - "$device" <<'PYTHON' || { echo "left out: everything, for torch sees no $device"; exit 0; }
import sys
from vfxlib.device import open_device
from vfxlib.errors import DeviceError
try:
    open_device(sys.argv[1])
except DeviceError:
    sys.exit(1)
PYTHON

made() { # folder size frames
    [ -e "$1/done" ] && return
    "$python" -m benchmarks.bench.pan "$1" --size "$2" --frames "$3" ${PHOTO:+--photo "$PHOTO"} && : > "$1/done"
}

busy() { # file: "percent, MiB" lines of nvidia-smi
    awk -F, '{ n++; sum += $1; if ($2 + 0 > most) most = $2 + 0 } $1 > 0 { work++ }
        END { if (n) printf "device busy %.0f %% (in %.0f %% of the looks at all), %d MiB at most", sum / n, 100 * work / n, most
              else printf "device not looked at" }' "$1"
}

measured() { # node name plate matte frames [options...]
    node=$1 name=$2.$1${ON:-} plate=$3 matte=$4 frames=$5
    shift 5
    rm -rf "$folder/out.$name" "$folder/out.$name.work"
    watcher=
    : > "$folder/$name.smi"
    if command -v nvidia-smi > /dev/null; then
        nvidia-smi --query-gpu=utilization.gpu,memory.used --format=csv,noheader,nounits -lms 200 > "$folder/$name.smi" &
        watcher=$!
    fi
    timeout "$limit" "$python" - "$frames" "$folder/out.$name" "$node" --plate "$plate" --matte "$matte" --device "$device" "$@" \
        > "$folder/$name.txt" 2> "$folder/$name.log" << 'PYTHON'
import sys
from benchmarks.bench.meter import paintout_command, run
frames, out, *words = sys.argv[1:]
command = paintout_command(*words, "--progress", "json", "--out", f"{out}/clean.####.exr", "--work", f"{out}.work")
taken, count = run(command), int(frames)
print(f"{taken.seconds:.1f} s, {taken.seconds / count:.2f} s a frame, {taken.start:.1f} s until it began")
for task, ticks in taken.ticks.items():
    later = [moment for moment, done in ticks if done >= 1]
    each = f", {(later[-1] - later[0]) / (len(later) - 1):.2f} s a frame after the first" if len(later) > 1 else ""
    print(f"    {task}: {taken.steps.get(task, 0):.1f} s{each}")
PYTHON
    code=$?
    [ -n "$watcher" ] && kill "$watcher" && wait "$watcher" 2> /dev/null
    if [ $code -ne 0 ]; then
        far=$(find "$folder/out.$name.work" -name '*.exr' 2> /dev/null | awk -F/ '{ n[$(NF - 2) "/" $(NF - 1)]++ }
            END { for (step in n) printf ", %s has %d files", step, n[step] }')
        echo "$name: left out, the command ended with $code$far: $(tail -n 1 "$folder/$name.log")"
        return
    fi
    echo "$name: $(cat "$folder/$name.txt")"
    if [ -n "$watcher" ]; then
        echo "    $(busy "$folder/$name.smi")"
    else
        echo "    device use left out, there is no nvidia-smi"
    fi
}

small=$folder/blackswan
if [ ! -d "$small/plate" ] || [ ! -d "$small/matte" ]; then
    echo "blackswan: left out, $small is not there; a made-up pan of 854x480 instead"
    small=$folder/pan854
    made "$small" 854x480 50
fi
large=$folder/pan3840
made "$large" 3840x2160 8
measured flow-inpaint "$(basename "$small")" "$small/plate" "$small/matte" 50
measured flow-inpaint pan3840 "$large/plate" "$large/matte" 8
ON=.processor measured flow-inpaint pan3840 "$large/plate" "$large/matte" 8 --device cpu --memory 64
measured residual-hires pan3840 "$large/plate" "$large/matte" 8
measured internal-fit "$(basename "$small")" "$small/plate" "$small/matte" 50 --quality draft
