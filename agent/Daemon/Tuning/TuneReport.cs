namespace NodeAgent.Daemon.Tuning;

/// <summary>What a profile changes, would change, or changed.</summary>
/// <param name="Profile">The profile; null where none was in force.</param>
/// <param name="Zfs">The version of the loaded module; null if none is loaded.</param>
/// <param name="Kept">The profile that is kept over reboots; null if none is.</param>
/// <param name="Lines">The parameters.</param>
/// <param name="Notes">What else an operator should know.</param>
internal sealed record TuneReport(string? Profile, string? Zfs, string? Kept, IReadOnlyList<TuneLine> Lines, IReadOnlyList<string> Notes);
