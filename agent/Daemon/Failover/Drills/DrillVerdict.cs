namespace NodeAgent.Daemon.Failover.Drills;

/// <summary>A drill's file that was found to be as its node signed it.</summary>
/// <param name="File">The file.</param>
/// <param name="Signer">The identity in the certificate.</param>
/// <param name="Report">What it says.</param>
public sealed record DrillVerdict(string File, string Signer, DrillReport Report);
