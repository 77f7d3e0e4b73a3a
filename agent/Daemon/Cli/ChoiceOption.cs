using System.CommandLine;
using System.CommandLine.Parsing;
using NodeAgent.Daemon.Configuration.Kinds;

namespace NodeAgent.Daemon.Cli;

/// <summary>Options that take one of a few words.</summary>
internal static class ChoiceOption
{
    /// <summary>The words are those of the enumeration, in lower case.</summary>
    public static Option<T> Of<T>(string description, string name, params string[] aliases)
        where T : struct, Enum => new(name, aliases)
        {
            Description = description,
            HelpName = Words<T>(),
            CustomParser = result => Read<T>(result) ?? default,
        };

    /// <summary>The same, null if it is not given.</summary>
    public static Option<T?> Perhaps<T>(string description, string name)
        where T : struct, Enum => new(name) { Description = description, HelpName = Words<T>(), CustomParser = Read<T> };

    private static string Words<T>()
        where T : struct, Enum => string.Join('|', Enum.GetNames<T>().Select(name => name.ToLowerInvariant()));

    private static T? Read<T>(ArgumentResult result)
        where T : struct, Enum
    {
        var parsed = new ChoiceKind<T>(Enum.GetValues<T>()).Parse(result.Tokens.Count == 1 ? result.Tokens[0].Value : "");
        if (parsed.Value is T value)
        {
            return value;
        }

        result.AddError($"{parsed.Wrong}. {parsed.Remedy}");
        return null;
    }
}
