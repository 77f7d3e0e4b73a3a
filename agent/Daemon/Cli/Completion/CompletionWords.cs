using System.CommandLine;
using System.CommandLine.Help;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli.Completion;

/// <summary>What can follow where, taken from the tree of verbs itself.</summary>
internal static class CompletionWords
{
    /// <summary>All verbs that people use, by path: "" for the root, "volume create".</summary>
    public static IReadOnlyList<(string Path, Command Verb)> Verbs(Command root)
    {
        List<(string, Command)> found = [("", root)];
        Walk(root, "", found);
        return found;
    }

    /// <summary>The options of a verb, those of all verbs included, with their short names.</summary>
    public static IReadOnlyList<Option> Options(Command root, Command verb) =>
        [.. verb.Options.Concat(root.Options.Where(option => option.Recursive || option is HelpOption)).Where(option => !option.Hidden).Distinct()];

    /// <summary>Where the values of an option or argument come from: "units", "files", a list of words; empty if nobody knows.</summary>
    public static string SourceOf(string name) => name.TrimStart('-') switch
    {
        "output" => "=table json yaml",
        "kind" => "=filesystem block",
        "replicate-to" or "peer" or "to" or "keep" or "NODE" => "nodes",
        "backend" or "BACKEND" => "backends",
        "PLUGIN" => "plugins",
        "SERVICE" => "services",
        "UNIT" => "units",
        "VOLUME" => "volumes",
        "UNIT@SNAPSHOT" => "snapshots",
        "socket" or "config" or "conf-d" or "token-file" or "dir" or "DIR" or "FILE" or "plot" or "jobs" => "files",
        "SHELL" => "=bash",
        _ => "",
    };

    private static void Walk(Command command, string path, List<(string Path, Command Verb)> found)
    {
        foreach (var verb in command.Subcommands.Where(verb => !verb.Hidden))
        {
            var below = path.Length == 0 ? verb.Name : $"{path} {verb.Name}";
            found.Add((below, verb));
            Walk(verb, below, found);
        }
    }
}
