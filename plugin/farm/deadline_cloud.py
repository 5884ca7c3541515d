"""AWS Deadline Cloud: the same template as Open Job Description's, with the values and files that a submitter wants."""

from collections.abc import Mapping
from typing import Any

from plugin.farm.farm_job import RETRIES, FarmJob
from plugin.farm.openjd import TEMPLATE, Bundle, yaml_text

__all__ = ["deadline_cloud_files"]

PRIORITY = 50
FAILED = 20  # tasks after which the job is given up


def deadline_cloud_files(farm: FarmJob, bundle: Bundle) -> dict[str, str]:
    """The files of a job bundle, by name.

    The plate's and the mattes' files are listed one by one, for their folders may hold other takes; results are whole
    folders.
    """
    farms_own = {
        "deadline:targetTaskRunStatus": "READY",
        "deadline:priority": PRIORITY,
        "deadline:maxRetriesPerTask": RETRIES,
        "deadline:maxFailedTasksCount": FAILED,
    }
    values: Mapping[str, Any] = {**bundle.parameters, **farms_own}
    outputs = {str(farm.out), str(farm.job.work)}
    return {
        TEMPLATE: yaml_text(bundle.template),
        "parameter_values.yaml": yaml_text(
            {"parameterValues": [{"name": name, "value": value} for name, value in values.items()]}
        ),
        "asset_references.yaml": yaml_text(
            {
                "assetReferences": {
                    "inputs": {"filenames": [str(path) for path in farm.inputs], "directories": []},
                    "outputs": {"directories": sorted(outputs)},
                    "referencedPaths": [],
                }
            }
        ),
    }
