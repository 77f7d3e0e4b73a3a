namespace NodeAgent.Daemon.Cli.Output;

/// <summary>The signs of our screens, and what stands for them where only ASCII can be shown.</summary>
internal static class Marks
{
    public const string Good = "●";
    public const string Warning = "▲";
    public const string Bad = "✖";

    public static string ToAscii(string text) => text
        .Replace(Good, "+", StringComparison.Ordinal)
        .Replace(Warning, "!", StringComparison.Ordinal)
        .Replace(Bad, "x", StringComparison.Ordinal);
}
