"""What the DAG files need besides Airflow itself: assets, the period of a run, how a task fails, connections.

Belongs here: everything of the package that imports Airflow. At import time only ``airflow.sdk``, the standard
library and the light modules of the package: the DAG files are parsed every few seconds. No step of an audit.
"""
