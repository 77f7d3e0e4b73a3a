using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using NodeAgent.Daemon.Cli.Verbs;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli;

/// <summary>The command line: one verb, one file.</summary>
internal static class RootVerb
{
    public static RootCommand Build(CliContext context)
    {
        var root = new RootCommand("Keeps services with state alive, and their data safe, on a handful of nodes")
        {
            StatusVerb.Build(context),
            ServiceVerb.Build(context),
            ExplainVerb.Build(context),
            WhatIfVerb.Build(context),
            HistoryVerb.Build(context),
            VolumeVerb.Build(context),
            SnapshotVerb.Build(context),
            PoolVerb.Build(context),
            DriveVerb.Build(context),
            ReplicationVerb.Build(context),
            KeptVerb.Build(context),
            UnitVerb.Build(context),
            SwitchoverVerb.Build(context),
            DrillVerb.Build(context),
            FailoverVerb.Build(context),
            NodeVerbs.Drain(context),
            NodeVerbs.Undrain(context),
            NodeVerbs.Disarm(context),
            NodeVerbs.Arm(context),
            NodeVerbs.Fence(context),
            NodeVerbs.ConfirmDead(context),
            OperationsVerb.Build(context),
            ClusterVerb.Build(context),
            PluginVerb.Build(context),
            ConfigVerb.Build(context),
            DoctorVerb.Build(context),
            TimingsVerb.Build(context),
            CephVerb.Build(context),
            TuneVerb.Build(context),
            BenchVerb.Build(context),
            ReplayVerb.Build(context),
            SimulateVerb.Build(context),
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
        RefuseOptionsAsValues(root);
        return root;
    }

    /// <summary>A mistyped option must not be taken for the name of something.</summary>
    private static void RefuseOptionsAsValues(Command verb)
    {
        foreach (var argument in verb.Arguments)
        {
            argument.Validators.Add(result =>
            {
                if (result.Tokens.FirstOrDefault(token => token.Value.Length > 1 && token.Value[0] == '-') is { } token)
                {
                    result.AddError(token.Value);
                }
            });
        }

        foreach (var below in verb.Subcommands)
        {
            RefuseOptionsAsValues(below);
        }
    }
}
