using NodeAgent.Contract;

namespace NodeAgent.Linux.Services;

/// <summary>Words that the kinds of parts share.</summary>
internal static class PartFaults
{
    public static Fault DidNotStop(string part, string why) => new(
        FaultCode.TimedOut, $"{part} did not stop", why, "What still runs may still write.", Retry.AfterLook);

    public static Fault CannotFreeze(string part, string why) => new(
        FaultCode.Unsupported, $"cannot freeze {part}", why, "It is stopped when the lease is over.", Retry.Never);

    /// <summary>What a program said, as one short line.</summary>
    public static string Short(string output, string errorOutput)
    {
        var said = string.Join(
            " / ", $"{errorOutput}\n{output}".Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).TakeLast(5));
        return said.Length > 500 ? said[..500] : said;
    }
}
