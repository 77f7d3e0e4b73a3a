using NodeAgent.Contract;
using NodeAgent.Plugins.ZfsBackend.Tool;

namespace NodeAgent.Plugins.ZfsBackend.Listing;

/// <summary>Reads the holds of snapshots: <c>zfs holds -H -p</c> has no JSON.</summary>
internal static class Holds
{
    /// <summary>Pairs of full snapshot name and tag; no command if nothing is asked for.</summary>
    public static async Task<Outcome<IReadOnlyList<Hold>>> ReadAsync(
        ZfsTool tool, IReadOnlyList<string> snapshots, string what, CancellationToken cancellation)
    {
        if (snapshots.Count == 0)
        {
            return new Outcome<IReadOnlyList<Hold>>([]);
        }

        var output = await tool.LookAsync(what, "zfs", ["holds", "-H", "-p", .. snapshots], cancellation);
        return output.IsOk ? Parse(what, output.Value) : output.Fault;
    }

    /// <summary>Reads lines of "snapshot TAB tag TAB seconds".</summary>
    public static Outcome<IReadOnlyList<Hold>> Parse(string what, string output)
    {
        var holds = new List<Hold>();
        foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split('\t');
            if (fields.Length != 3 || !fields[0].Contains('@', StringComparison.Ordinal) || !long.TryParse(fields[2], out _))
            {
                return ToolFaults.Unparseable(what, "a line of 'zfs holds -H -p' is not 'snapshot, tag, time'", line);
            }

            holds.Add(new Hold(fields[0], fields[1]));
        }

        return holds;
    }
}
