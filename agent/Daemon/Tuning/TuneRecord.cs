namespace NodeAgent.Daemon.Tuning;

/// <summary>What was set and what was there before; on disk before the first value is written.</summary>
/// <param name="Profile">The profile's name.</param>
/// <param name="Boot">The boot in which it was written; with another the values are gone.</param>
/// <param name="Zfs">The version of the module; with another it was loaded anew and the values are gone.</param>
/// <param name="Phase">How far it is.</param>
/// <param name="Since">When it was begun.</param>
/// <param name="Parameters">The parameters.</param>
internal sealed record TuneRecord(
    string Profile, string Boot, string Zfs, TunePhase Phase, DateTimeOffset Since, IReadOnlyList<TunedParameter> Parameters);
