namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary>One inequality of the argument.</summary>
/// <param name="Name">What must hold.</param>
/// <param name="Smaller">The smaller side, in seconds.</param>
/// <param name="Larger">The larger side, in seconds.</param>
/// <param name="Holds">Whether it holds.</param>
/// <param name="Why">What would happen otherwise.</param>
public sealed record TimingsRule(string Name, double Smaller, double Larger, bool Holds, string Why);
