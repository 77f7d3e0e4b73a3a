using System.Text.Json.Serialization;
using NodeAgent.Contract;

namespace NodeAgent.Daemon.Status;

/// <summary>A volume on one node.</summary>
/// <param name="Name">Its name within the unit.</param>
/// <param name="Kind">Directory or block device.</param>
/// <param name="Bytes">Size or quota; 0 for none.</param>
/// <param name="UsedBytes">Space it takes; null if unknown.</param>
/// <param name="Path">Where it is used; null where it cannot be.</param>
/// <param name="Unit">Its unit; null where that is told beside.</param>
public sealed record VolumeReport(
    string Name, VolumeKind Kind, long Bytes, long? UsedBytes, string? Path,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] UnitId? Unit = null);
