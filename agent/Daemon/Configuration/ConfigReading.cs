namespace NodeAgent.Daemon.Configuration;

/// <summary>What came of reading the configuration.</summary>
/// <param name="Config">The configuration; null if there is an error.</param>
/// <param name="Problems">Everything wrong with it, in the order of files and lines.</param>
/// <param name="Lines">Every field that counts, by path; as far as it was understood if there is an error.</param>
/// <param name="Files">The files read, in their order.</param>
internal sealed record ConfigReading(
    AgentConfig? Config,
    IReadOnlyList<ConfigProblem> Problems,
    IReadOnlyList<ConfigLine> Lines,
    IReadOnlyList<string> Files);
