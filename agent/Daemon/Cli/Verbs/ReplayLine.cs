namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary>One input played again, for people.</summary>
/// <param name="Line">Its line in the file.</param>
/// <param name="At">The wall clock then.</param>
/// <param name="Input">The input.</param>
/// <param name="Effects">What follows from it.</param>
/// <param name="IsSame">True if the same followed then.</param>
internal sealed record ReplayLine(int Line, DateTimeOffset At, string Input, IReadOnlyList<string> Effects, bool IsSame);
