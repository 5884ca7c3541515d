"""Processes that are asked to stop."""

import os
import subprocess

import psutil


def stop(process: subprocess.Popen, number: int) -> tuple[str, float]:
    """What a process says until it ends after a signal, and the seconds of processor time that it took to end.

    A clock would count the time of other processes, too.
    """
    times, so_far = os.times(), psutil.Process(process.pid).cpu_times()
    process.send_signal(number)
    told = process.communicate(timeout=60)[1]
    now = os.times()  # of the children that have ended: it is the only one in between
    ended = now.children_user + now.children_system - times.children_user - times.children_system
    return told, ended - so_far.user - so_far.system
