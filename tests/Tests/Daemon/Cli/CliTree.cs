using System.CommandLine;
using NodeAgent.Daemon.Cli;
using NodeAgent.Daemon.Cli.Completion;

namespace NodeAgent.Tests.Daemon.Cli;

/// <summary>The tree of verbs, for tests that go through all of it.</summary>
internal static class CliTree
{
    public static RootCommand Root() => RootVerb.Build(new CliContext(CliSurroundings.OfThisProcess()));

    public static IReadOnlyList<(string Path, System.CommandLine.Command Verb)> Verbs() => CompletionWords.Verbs(Root());
}
