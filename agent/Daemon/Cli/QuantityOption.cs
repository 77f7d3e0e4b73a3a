using System.CommandLine;
using System.CommandLine.Parsing;
using NodeAgent.Daemon.Configuration.Kinds;

namespace NodeAgent.Daemon.Cli;

/// <summary>Options that take a size or a duration, written as in the configuration.</summary>
internal static class QuantityOption
{
    public static Option<long?> Size(string name, string description) =>
        new(name) { Description = description, CustomParser = Read<long?>(new SizeKind(0, long.MaxValue)) };

    public static Option<TimeSpan?> Duration(string name, string description) =>
        new(name) { Description = description, CustomParser = Read<TimeSpan?>(new DurationKind(TimeSpan.FromSeconds(1), TimeSpan.FromDays(366))) };

    public static Option<int?> Count(string name, string description) =>
        new(name) { Description = description, CustomParser = Read<int?>(new NumberKind(1, 1000)) };

    private static Func<ArgumentResult, T?> Read<T>(FieldKind kind) => result =>
    {
        var parsed = kind.Parse(result.Tokens.Count == 1 ? result.Tokens[0].Value : "");
        if (parsed.Value is T value)
        {
            return value;
        }

        result.AddError($"{parsed.Wrong}. {parsed.Remedy}");
        return default;
    };
}
