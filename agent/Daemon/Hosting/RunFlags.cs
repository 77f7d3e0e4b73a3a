using NodeAgent.Contract;
using NodeAgent.Daemon.Units;
using NodeAgent.Linux.Files;

namespace NodeAgent.Daemon.Hosting;

/// <summary>
/// Small files by which the package's scripts learn what the agent does: whether another version than the installed
/// one runs, whether this node writes units, which versions can read its state.
/// </summary>
internal sealed class RunFlags(string runFolder, string state, ILogger log)
{
    // Raised when the state on disk changes so that older versions can no longer read it.
    private const UnixFileMode Readable =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private bool? holds;

    private string HoldsPath => Path.Combine(runFolder, "holds-resources");

    /// <summary>The version that was installed last is the one that runs now.</summary>
    public void Started()
    {
        Tell(AtomicFile.Delete(Path.Combine(runFolder, Path.GetFileName(AgentVersion.RestartFlag))));
        Tell(AtomicFile.Write(Path.Combine(state, "oldest-version"), "0.1.0\n"u8, Readable));
    }

    /// <summary>Keeps the flag that stands in the way of removing the package.</summary>
    public void Review(UnitRegistry registry, NodeId self)
    {
        var now = registry.All().Any(record => record.Writer == self);
        if (now == holds)
        {
            return;
        }

        holds = now;
        Tell(now
            ? AtomicFile.Write(HoldsPath, "This node writes units: see 'nodeagent status'.\n"u8, Readable)
            : AtomicFile.Delete(HoldsPath));
    }

    private void Tell(Outcome outcome)
    {
        if (!outcome.IsOk)
        {
            log.LogWarning("{Fault}", outcome.Fault);
        }
    }
}
