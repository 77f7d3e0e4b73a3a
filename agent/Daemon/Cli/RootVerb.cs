using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using NodeAgent.Daemon.Cli.Verbs;

namespace NodeAgent.Daemon.Cli;

/// <summary>The command line: one verb, one file.</summary>
internal static class RootVerb
{
    public static RootCommand Build(CliContext context)
    {
        var root = new RootCommand("Keeps services with state alive, and their data safe, on a handful of nodes")
        {
            StatusVerb.Build(context),
            VolumeVerb.Build(context),
            SnapshotVerb.Build(context),
            ReplicationVerb.Build(context),
            OperationsVerb.Build(context),
            ClusterVerb.Build(context),
            PluginVerb.Build(context),
            ConfigVerb.Build(context),
            DoctorVerb.Build(context),
            VersionVerb.Build(context),
            CompletionVerb.Build(context),
            CompleteVerb.Build(context),
            DaemonVerb.Build(),
        };
        root.Add(context.Output);
        root.Add(context.Socket);
        root.Add(context.NoColor);
        var help = root.Options.OfType<HelpOption>().Single();
        help.Action = new RootHelp((SynchronousCommandLineAction)help.Action!);
        return root;
    }
}
