using NodeAgent.Contract;

namespace NodeAgent.Daemon.Configuration.Kinds;

/// <summary>A unit: "backend:unit".</summary>
internal sealed class UnitKind : FieldKind
{
    public override string Rule => "unit: BACKEND:UNIT";

    public override Parsed Parse(string text) => text.Split(':') is [var backend, var unit] && Names.IsValid(backend) && Names.IsValid(unit)
        ? Parsed.Ok(new UnitId(new BackendId(backend), unit))
        : Parsed.No($"'{text}' is not a unit", "Write the backend's name, ':' and the unit's, such as tank:db");
}
