"""The scene that all displays share (protocol, "The scene"). Everything here is immutable."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import Any, Union

from ._checks import camera_name, flag, integer, invalid, mapping, quaternion, sequence, shown, vector
from .errors import NotFoundError
from .views import View

__all__ = [
    "UNSET",
    "CameraMove",
    "Clear",
    "Model",
    "Patch",
    "Put",
    "Remove",
    "SceneOp",
    "SceneState",
    "Select",
    "apply_ops",
]

_MAX_TEXT = 256
_ABSOLUTE = re.compile(r"/|[A-Za-z][A-Za-z0-9+.-]*:")


class _Unset:
    """A field that a patch does not name."""

    def __repr__(self) -> str:
        return "UNSET"


UNSET = _Unset()


@dataclass(frozen=True)
class Model:
    """A model on the stage.

    id: 1 to 64 of A-Z a-z 0-9 . _ - / without empty, . or .. segments.
    uri: a glTF asset below ``/models/`` of the server, such as ``models/gear.glb``; at most 256 characters.
    position: x, y, z in metres; orientation: unit quaternion x, y, z, w; scale: along the model's own axes.
    label, layer: at most 256 characters each.
    """

    id: str
    uri: str
    position: tuple[float, float, float] = (0.0, 0.0, 0.0)
    orientation: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 1.0)
    scale: tuple[float, float, float] = (1.0, 1.0, 1.0)
    visible: bool = True
    label: str | None = None
    layer: str | None = None

    def __post_init__(self) -> None:
        camera_name(self.id, "id")
        for name in _FIELDS:
            object.__setattr__(self, name, _checked(name, getattr(self, name)))

    def to_json(self) -> dict[str, Any]:
        """The model as the protocol has it."""
        return {"id": self.id, **{name: _plain(getattr(self, name)) for name in _FIELDS if self._said(name)}}

    def _said(self, name: str) -> bool:
        return getattr(self, name) is not None


# What each field of a model goes back to.
_DEFAULTS = {each.name: each.default for each in fields(Model) if each.name not in ("id", "uri")}
_FIELDS = ("uri", *_DEFAULTS)


def _checked(name: str, value: Any) -> Any:
    if name == "uri":
        wrong = (
            not isinstance(value, str)
            or not 1 <= len(value) <= _MAX_TEXT
            or _ABSOLUTE.match(value) is not None
            or "\\" in value
            or ".." in re.split(r"[?#]", value)[0].split("/")
        )
        if wrong:
            invalid("uri", f"must be a relative URI of 1 to {_MAX_TEXT} characters without .. segments")
        return value
    if name in ("position", "scale"):
        return vector(value, 3, name)
    if name == "orientation":
        return quaternion(value, name)
    if name == "visible":
        return flag(value, name)
    if value is not None and (not isinstance(value, str) or len(value) > _MAX_TEXT):
        invalid(name, f"must be a text of at most {_MAX_TEXT} characters")
    return value


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


@dataclass(frozen=True)
class Put:
    """Adds a model, or replaces the one with its id."""

    model: Model

    def to_json(self) -> dict[str, Any]:
        return {"op": "put", "model": self.model.to_json()}


@dataclass(frozen=True)
class Patch:
    """Changes the fields of a model that it names; None restores the default, UNSET leaves a field as it is."""

    id: str
    uri: str | _Unset = UNSET
    position: tuple[float, float, float] | None | _Unset = UNSET
    orientation: tuple[float, float, float, float] | None | _Unset = UNSET
    scale: tuple[float, float, float] | None | _Unset = UNSET
    visible: bool | None | _Unset = UNSET
    label: str | None | _Unset = UNSET
    layer: str | None | _Unset = UNSET

    def __post_init__(self) -> None:
        camera_name(self.id, "id")
        for name, value in self.changes().items():
            if value is not None or name == "uri":
                object.__setattr__(self, name, _checked(name, value))

    def changes(self) -> dict[str, Any]:
        """The fields that it names."""
        return {name: getattr(self, name) for name in _FIELDS if not isinstance(getattr(self, name), _Unset)}

    def to_json(self) -> dict[str, Any]:
        return {"op": "patch", "id": self.id, **{name: _plain(value) for name, value in self.changes().items()}}


@dataclass(frozen=True)
class Remove:
    """Removes a model, also from the selection."""

    id: str

    def __post_init__(self) -> None:
        camera_name(self.id, "id")

    def to_json(self) -> dict[str, Any]:
        return {"op": "remove", "id": self.id}


@dataclass(frozen=True)
class Select:
    """Replaces the selection; each id counts once."""

    ids: tuple[str, ...]

    def __post_init__(self) -> None:
        if isinstance(self.ids, str):
            invalid("ids", "must be a list of ids, not one text")
        object.__setattr__(self, "ids", tuple(camera_name(each, f"ids[{i}]") for i, each in enumerate(self.ids)))

    def to_json(self) -> dict[str, Any]:
        return {"op": "select", "ids": list(self.ids)}


@dataclass(frozen=True)
class Clear:
    """Removes all models."""

    def to_json(self) -> dict[str, Any]:
        return {"op": "clear"}


SceneOp = Union[Put, Patch, Remove, Select, Clear]


@dataclass(frozen=True)
class CameraMove:
    """A camera that moves in the same frame as a change of the scene; ``cut``: the view jumps."""

    camera: str
    view: View
    cut: bool = False

    def __post_init__(self) -> None:
        camera_name(self.camera)

    def to_json(self) -> dict[str, Any]:
        move: dict[str, Any] = {"camera": self.camera, "view": self.view.to_json()}
        if self.cut:
            move["cut"] = True
        return move


@dataclass(frozen=True)
class SceneState:
    """A scene as it stands: models by id, and the selected ids. What follows is another object."""

    revision: int = 0
    models: Mapping[str, Model] = field(default_factory=lambda: MappingProxyType({}))
    selected: tuple[str, ...] = ()


def apply_ops(state: SceneState, ops: Iterable[SceneOp]) -> SceneState:
    """The scene after a transaction: the operations in order, all or none. Its revision is one higher.

    Raises NotFoundError where an operation names a model that is not there when its turn comes.
    """
    models = dict(state.models)
    selected = state.selected

    def there(model_id: str, path: str) -> Model:
        if model_id not in models:
            raise NotFoundError(f'{path}: there is no model "{model_id}"', path)
        return models[model_id]

    for i, op in enumerate(ops):
        if isinstance(op, Put):
            models[op.model.id] = op.model
        elif isinstance(op, Patch):
            model = there(op.id, f"ops[{i}].id")
            changes = {n: _DEFAULTS[n] if v is None else v for n, v in op.changes().items()}
            models[op.id] = replace(model, **changes)
        elif isinstance(op, Remove):
            there(op.id, f"ops[{i}].id")
            del models[op.id]
            selected = tuple(each for each in selected if each != op.id)
        elif isinstance(op, Select):
            for n, each in enumerate(op.ids):
                there(each, f"ops[{i}].ids[{n}]")
            selected = tuple(dict.fromkeys(op.ids))
        elif isinstance(op, Clear):
            models.clear()
            selected = ()
        else:
            invalid(f"ops[{i}]", f"must be Put, Patch, Remove, Select or Clear, not {shown(op)}")
    return SceneState(state.revision + 1, MappingProxyType(models), selected)


def ops_of(value: Any) -> tuple[SceneOp, ...]:
    """The operations that a message has. Raises InvalidError."""
    return tuple(_op_of(mapping(each, f"ops[{i}]"), f"ops[{i}]") for i, each in enumerate(sequence(value, "ops")))


def _op_of(op: dict[str, Any], at: str) -> SceneOp:
    kind = op.get("op")
    if kind == "put":
        return Put(model_of(op.get("model"), f"{at}.model"))
    if kind == "patch":
        return Patch(op.get("id"), **{name: op[name] for name in _FIELDS if name in op})  # type: ignore[arg-type]
    if kind == "remove":
        return Remove(op.get("id"))  # type: ignore[arg-type]
    if kind == "select":
        return Select(tuple(sequence(op.get("ids"), f"{at}.ids")))
    if kind == "clear":
        return Clear()
    invalid(f"{at}.op", f"must be one of put, patch, remove, select, clear, not {shown(kind)}")


def model_of(value: Any, at: str) -> Model:
    """The model that a message has; what is missing or null is the default. Raises InvalidError."""
    model = mapping(value, at)
    given = {name: model[name] for name in _FIELDS if model.get(name) is not None}
    return Model(model.get("id"), given.pop("uri", None), **given)  # type: ignore[arg-type]


def scene_of(value: Any) -> SceneState:
    """The scene of a snapshot. Raises InvalidError."""
    scene = mapping(value, "scene")
    revision = integer(scene.get("revision"), "scene.revision")
    listed = sequence(scene.get("models"), "scene.models")
    models = [model_of(each, f"scene.models[{i}]") for i, each in enumerate(listed)]
    by_id = {model.id: model for model in models}
    ids = [each for each in sequence(scene.get("selected"), "scene.selected") if isinstance(each, str)]
    return SceneState(revision, MappingProxyType(by_id), tuple(each for each in ids if each in by_id))
