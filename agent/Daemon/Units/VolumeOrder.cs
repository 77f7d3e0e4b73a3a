using NodeAgent.Contract;

namespace NodeAgent.Daemon.Units;

/// <summary>A volume as an operator asks for it.</summary>
/// <param name="Backend">Where; null for the only one there is.</param>
/// <param name="Unit">The unit's name.</param>
/// <param name="Volume">The volume's name within it.</param>
/// <param name="Kind">Directory or block device; null for what the backend does best.</param>
/// <param name="Bytes">Size or quota; 0 for none.</param>
/// <param name="Profile">A named set of properties; empty for the default.</param>
/// <param name="Properties">Native properties over the profile's.</param>
/// <param name="Copies">The nodes that keep a copy; null to leave as it is.</param>
/// <param name="IntervalSeconds">How often copies are brought up to date; null to leave as it is.</param>
public sealed record VolumeOrder(
    string? Backend,
    string Unit,
    string Volume,
    VolumeKind? Kind,
    long Bytes,
    string Profile,
    IReadOnlyDictionary<string, string> Properties,
    IReadOnlyList<string>? Copies,
    double? IntervalSeconds);
