using NodeAgent.Contract;

namespace NodeAgent.Plugins.ZfsBackend.Tool;

/// <summary>Faults made from what the tools say.</summary>
internal static class ToolFaults
{
    private const int NativeLimit = 600;

    /// <summary>The fault for a program that ended with an error.</summary>
    public static Fault From(string what, CommandResult result)
    {
        var native = Native(result.ErrorOutput);
        foreach (var known in Says.Known)
        {
            if (result.ErrorOutput.Contains(known.Fragment, StringComparison.OrdinalIgnoreCase))
            {
                return new Fault(known.Code, what, known.Why, known.NextStep, known.Retry) { Native = native };
            }
        }

        return new Fault(
            FaultCode.Internal,
            what,
            $"the tool ended with exit code {result.ExitCode}",
            "Report this message; it is not known to the agent.",
            Retry.Later) { Native = native };
    }

    /// <summary>The fault for output that cannot be understood.</summary>
    public static Fault Unparseable(string what, string why, string? output = null) => new(
        FaultCode.Unparseable,
        what,
        why,
        "Check that the ZFS version is supported (2.3 and 2.4); see the plugin's README.",
        Retry.AfterFix) { Native = output is null ? null : Native(output) };

    /// <summary>The same fault about something else.</summary>
    public static Fault About(this Fault fault, string what) => fault with { What = what };

    private static string Native(string text)
    {
        var trimmed = text.Trim();
        return trimmed.Length <= NativeLimit ? trimmed : string.Concat(trimmed.AsSpan(0, NativeLimit), "…");
    }
}
