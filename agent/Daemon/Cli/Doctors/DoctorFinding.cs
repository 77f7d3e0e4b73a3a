namespace NodeAgent.Daemon.Cli.Doctors;

/// <summary>What was found in one place.</summary>
/// <param name="Check">What was looked at: "certificate".</param>
/// <param name="Subject">Where: a peer, a plugin, a folder; empty for this node.</param>
/// <param name="Verdict">How it is.</param>
/// <param name="Reason">What was seen.</param>
/// <param name="Remedy">What to do; empty if nothing.</param>
internal sealed record DoctorFinding(string Check, string Subject, DoctorVerdict Verdict, string Reason, string Remedy)
{
    public static DoctorFinding Ok(string check, string subject, string reason) => new(check, subject, DoctorVerdict.Ok, reason, "");

    public static DoctorFinding Skipped(string check, string reason) => new(check, "", DoctorVerdict.Skipped, reason, "");
}
