using System.CommandLine;
using NodeAgent.Daemon.Cli.Verbs;

namespace NodeAgent.Daemon.Cli;

/// <summary>The command line: one verb, one file.</summary>
internal static class RootVerb
{
    public static RootCommand Build()
    {
        var context = new CliContext();
        var root = new RootCommand("Keeps services with state alive, and their data safe, on a handful of nodes")
        {
            StatusVerb.Build(context),
            VolumeVerb.Build(context),
            SnapshotVerb.Build(context),
            ReplicationVerb.Build(context),
            ClusterVerb.Build(context),
            DaemonVerb.Build(),
        };
        root.Add(context.Output);
        root.Add(context.Socket);
        root.Add(context.NoColor);
        return root;
    }
}
