namespace NodeAgent.Daemon.Cli.Verbs;

/// <summary>What happens when.</summary>
/// <param name="Seconds">After the last renewal that was granted was sent.</param>
/// <param name="What">What happens.</param>
public sealed record TimingsStep(double Seconds, string What);
