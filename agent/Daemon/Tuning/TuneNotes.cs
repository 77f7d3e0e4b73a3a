using NodeAgent.Contract;

namespace NodeAgent.Daemon.Tuning;

/// <summary>What an operator should know besides the parameters.</summary>
internal static class TuneNotes
{
    /// <summary>What is true of this node, whatever is recorded.</summary>
    public static IEnumerable<string> OfNode(TuneSurroundings around)
    {
        var node = around.Node();
        if (around.Module.Version is not { } version)
        {
            yield return "The module zfs is not loaded.";
        }
        else if (!ZfsKnown.Knows(version))
        {
            yield return $"Nobody has looked at the parameters of ZFS {version}; {ZfsKnown.Words} are known. Nothing will be changed.";
        }

        if (node.NvmeDrives == 0)
        {
            yield return "There is no NVMe drive here: depths of queues stay as ZFS has them.";
        }

        if (node.Rotating is { Count: > 0 } rotating)
        {
            yield return $"Parameters count for every pool of the node. A pool on {string.Join(", ", rotating)}, which rotate, would answer more slowly with deeper queues.";
        }
    }

    /// <summary>How the records stand to what is in force.</summary>
    public static IEnumerable<string> OfRecords(TuneSurroundings around, Outcome<TuneRecord?> kept, Outcome<TuneRecord?> trial, Func<string, long?> read)
    {
        foreach (var fault in new[] { kept.Fault, trial.Fault }.OfType<Fault>())
        {
            yield return fault.ToString();
        }

        if (trial is { IsOk: true, Value: { } tried })
        {
            yield return $"A benchmark tries {tried.Profile} now, or was killed: then the agent, or whoever tunes next, brings back what was before.";
        }

        if (kept is not { IsOk: true, Value: { } record })
        {
            yield break;
        }

        if (record.Boot != around.Boot || record.Zfs != around.Module.Version)
        {
            yield return $"{record.Profile} is kept, and not in force yet since ZFS was loaded: the agent does that within a minute, 'nodeagent tune apply' at once.";
        }
        else if (record.Phase != TunePhase.Applied)
        {
            yield return $"{(record.Phase == TunePhase.Applying ? "Applying" : "Reverting")} {record.Profile} was interrupted: the agent ends it within a minute, the same command at once.";
        }
        else
        {
            foreach (var (step, now) in record.Parameters.Select(step => (step, Now: read(step.Name))).Where(entry => entry.Now != entry.step.Wanted))
            {
                yield return $"Somebody else set {step.Name} to {now?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "nothing"} after {record.Profile} had set {step.Wanted}.";
            }
        }
    }
}
