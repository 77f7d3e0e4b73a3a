using NodeAgent.Daemon.Tuning;

namespace NodeAgent.Daemon.Benchmarks;

/// <summary>What is to be measured.</summary>
/// <param name="Folder">Where.</param>
/// <param name="Bytes">The size of the scratch file.</param>
/// <param name="Seconds">How long each job runs.</param>
/// <param name="Rounds">How often each job runs.</param>
/// <param name="Profile">Compared with what is in force; null: nothing is.</param>
internal sealed record BenchOrder(string Folder, long Bytes, int Seconds, int Rounds, TuningProfile? Profile)
{
    private static readonly bool[][] Turns = [[false, true], [true, false]];

    /// <summary>The rounds, with or without the profile. Their order turns with each, so that what slows down in time hits both.</summary>
    public IReadOnlyList<bool> Arms => Profile is null
        ? [.. Enumerable.Repeat(false, Rounds)]
        : [.. Enumerable.Range(0, Rounds).SelectMany(round => Turns[round % 2])];
}
