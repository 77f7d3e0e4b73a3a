using System.CommandLine;
using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration;
using Command = System.CommandLine.Command;

namespace NodeAgent.Daemon.Cli;

/// <summary>Tells what is wrong with a command line.</summary>
internal static class UsageErrors
{
    public static int Tell(CliContext context, ParseResult parsed)
    {
        var screen = context.ScreenFor(parsed);
        var path = PathOf(parsed);
        var verbs = parsed.CommandResult.Command.Subcommands.Where(verb => !verb.Hidden).Select(verb => verb.Name).ToList();
        var why = Why(parsed, verbs);
        var near = Strays(parsed).FirstOrDefault() is { } first ? Near(first, parsed, verbs) : null;
        var hint = near is not null ? $"Did you mean '{near}'? "
            : verbs.Count > 0 && parsed.UnmatchedTokens.Count == 0 ? $"Give one of: {string.Join(", ", verbs)}. "
            : "";
        return screen.Fail(new Fault(FaultCode.InvalidArgument, $"cannot understand '{path}'", why, $"{hint}See '{path} --help'.", Retry.Never));
    }

    private static string Why(ParseResult parsed, List<string> verbs)
    {
        if (Strays(parsed).FirstOrDefault() is { } stray)
        {
            return $"it has no {(stray.StartsWith('-') ? "option" : verbs.Count > 0 ? "verb" : "argument")} '{stray}'";
        }

        return verbs.Count > 0 && parsed.CommandResult.Children.All(child => child is not System.CommandLine.Parsing.CommandResult)
            && parsed.Errors.Any(error => error.SymbolResult == parsed.CommandResult)
            ? "a verb is missing"
            : string.Join("; ", Missing(parsed).Concat(parsed.Errors.Select(error => error.Message.TrimEnd('.')).Where(message => !SaysMissing(message))).Distinct(StringComparer.Ordinal));
    }

    // The parser tells of an argument that is missing without its name, and names the verb only.
    private static bool SaysMissing(string message) =>
        message.StartsWith("Required argument missing for command", StringComparison.Ordinal) || (message.StartsWith("Option '", StringComparison.Ordinal) && message.EndsWith("' is required", StringComparison.Ordinal));

    private static IEnumerable<string> Missing(ParseResult parsed)
    {
        var verb = parsed.CommandResult.Command;
        return verb.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is not { Tokens.Count: > 0 }).Select(argument => $"{argument.Name} is missing")
            .Concat(verb.Options.Where(option => option.Required && parsed.GetResult(option) is not { Implicit: false }).Select(option => $"{option.Name} is missing"));
    }

    /// <summary>Words that have no meaning here; a mistyped option is often taken for an argument first.</summary>
    private static IEnumerable<string> Strays(ParseResult parsed) => parsed.UnmatchedTokens.Concat(
        parsed.Errors.Where(error => error.SymbolResult is System.CommandLine.Parsing.ArgumentResult && error.Message.StartsWith('-')).Select(error => error.Message));

    private static string? Near(string word, ParseResult parsed, List<string> verbs)
    {
        var known = word.StartsWith('-')
            ? Chain(parsed).SelectMany(verb => verb.Options).Where(option => !option.Hidden).Select(option => option.Name)
            : verbs;
        return Nearest.To(word, known);
    }

    private static string PathOf(ParseResult parsed) =>
        string.Join(' ', Chain(parsed).Reverse().Select(verb => verb is RootCommand ? "nodeagent" : verb.Name));

    private static IEnumerable<Command> Chain(ParseResult parsed)
    {
        for (var at = parsed.CommandResult; at is not null; at = at.Parent as System.CommandLine.Parsing.CommandResult)
        {
            yield return at.Command;
        }
    }
}
