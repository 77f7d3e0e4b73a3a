namespace NodeAgent.Daemon.Cli.Doctors;

/// <summary>What <c>nodeagent doctor</c> found.</summary>
/// <param name="ApiVersion">The version of this shape.</param>
/// <param name="At">When, by this node's wall clock.</param>
/// <param name="Verdict">The worst finding.</param>
/// <param name="Findings">All, in the order in which they were looked at.</param>
internal sealed record DoctorReport(string ApiVersion, DateTimeOffset At, DoctorVerdict Verdict, IReadOnlyList<DoctorFinding> Findings);
