using NodeAgent.Contract;
using NodeAgent.Daemon.Status;

namespace NodeAgent.Daemon.Cli.Doctors;

/// <summary>The backends: what their plugins found when they last looked at their storage, each remark a finding of its own.</summary>
internal static class BackendFindings
{
    public static IEnumerable<DoctorFinding> Of(Outcome<NodeReport> answer)
    {
        if (!answer.IsOk)
        {
            yield return DoctorFinding.Skipped("backend", answer.Fault.Why);
            yield break;
        }

        foreach (var backend in answer.Value.Backends)
        {
            var verdict = backend switch
            {
                { Health: HealthLevel.Failed } or { State: "quarantined" } => DoctorVerdict.Failed,
                { Health: HealthLevel.Ok, State: "ready" } => DoctorVerdict.Ok,
                _ => DoctorVerdict.Warning,
            };
            var name = backend.Id.Value;
            if (verdict == DoctorVerdict.Ok)
            {
                yield return DoctorFinding.Ok("backend", name, backend.Version.Length > 0 ? $"{backend.Plugin}, {backend.Version}" : backend.Plugin);
                continue;
            }

            foreach (var remark in backend.Remarks.DefaultIfEmpty($"is {backend.State}, health {backend.Health.ToString().ToLowerInvariant()}"))
            {
                yield return new DoctorFinding("backend", name, verdict, remark, "");
            }
        }
    }
}
