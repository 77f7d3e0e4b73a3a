namespace NodeAgent.Daemon.Benchmarks;

/// <summary>What was measured.</summary>
/// <param name="Folder">Where.</param>
/// <param name="Filesystem">Its kind.</param>
/// <param name="Bytes">The size of the scratch file.</param>
/// <param name="Seconds">How long each job ran.</param>
/// <param name="Rounds">How often.</param>
/// <param name="Fio">Its version.</param>
/// <param name="Zfs">The module's version; null if none is loaded.</param>
/// <param name="At">When it ended.</param>
/// <param name="Arms">As it is, then with the profile.</param>
/// <param name="Ratios">One for each job; none without a profile.</param>
/// <param name="Notes">What an operator should know.</param>
internal sealed record BenchReport(
    string Folder, string Filesystem, long Bytes, int Seconds, int Rounds, string Fio, string? Zfs, DateTimeOffset At,
    IReadOnlyList<BenchArm> Arms, IReadOnlyList<BenchRatio> Ratios, IReadOnlyList<string> Notes);
