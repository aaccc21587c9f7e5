"""The few values that come from the environment rather than from a file, since they differ from machine to machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from bot.settings.problems import Problem

DEFAULT_DIRECTORY = "config"


class Environment(BaseSettings):
    """DATABASE_URL, SUTURE_CONFIG, SUTURE_DATA, the ports and LOG_LEVEL; what is not set leaves the files' word."""

    model_config = SettingsConfigDict(case_sensitive=False, env_ignore_empty=True, frozen=True, extra="ignore")

    database_url: SecretStr | None = None
    suture_config: str = DEFAULT_DIRECTORY
    suture_data: str = ""
    port: int | None = Field(default=None, ge=1, le=65535)
    worker_port: int | None = Field(default=None, ge=1, le=65535)
    log_level: Literal["debug", "info", "warning", "error"] = "info"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Only what is passed: the process's own variables would bring back one that was found wrong."""
        return (init_settings,)


def read_environment(variables: Mapping[str, str]) -> tuple[Environment, list[Problem]]:
    """The values of those variables (pass ``os.environ``), with what is wrong about them."""
    names = {name.lower(): value for name, value in variables.items() if value}
    mine = {name: names[name] for name in Environment.model_fields if name in names}
    if "log_level" in mine:
        mine["log_level"] = mine["log_level"].lower()
    try:
        return Environment.model_validate(mine), []
    except ValidationError as error:
        wrong = error.errors(include_input=False, include_url=False)
        problems = [Problem("environment", 0, str(each["loc"][0]).upper(), each["msg"]) for each in wrong]
        left = {name: value for name, value in mine.items() if name not in {str(each["loc"][0]) for each in wrong}}
        return Environment.model_validate(left), problems
