using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Guarding;

namespace NodeAgent.Daemon.Plugins.Loading;

/// <summary>Looks whether a factory's options can be shown to and checked for an operator.</summary>
internal static class OptionsSanity
{
    // Hostile and odd on purpose: a check must say no, never throw.
    private static readonly string[] Odd = ["", " ", "\0", "-1", "../..", new('x', 5000), "\ud800"];

    public static async Task<LoadVerdict> CheckAsync(
        IBackendFactory factory, PluginCode code, TimeSpan deadline, CancellationToken cancellation)
    {
        var looking = await code.InvokeAsync(() => Complaint(factory), deadline, cancellation);
        return looking.End switch
        {
            InvocationEnd.Answered when looking.Value is { } complaint =>
                LoadVerdict.Bad(LoadStage.Options, complaint, "Mend the factory's Options."),
            InvocationEnd.Answered => LoadVerdict.Good(LoadStage.Options, "every option has a name, a description and a check"),
            InvocationEnd.Threw => LoadVerdict.Bad(
                LoadStage.Options, looking.Problem.Split('\n')[0].TrimEnd(), "Options and their checks must not throw."),
            InvocationEnd.TimedOut or InvocationEnd.Cancelled or InvocationEnd.Abandoned => LoadVerdict.Bad(
                LoadStage.Options, "the options did not come in time", "Options must not look at the storage."),
            _ => throw new InvalidOperationException($"unknown end {looking.End}"),
        };
    }

    private static string? Complaint(IBackendFactory factory)
    {
        var options = factory.Options;
        if (options is null)
        {
            return "Options is null";
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var option in options)
        {
            if (option is null || string.IsNullOrWhiteSpace(option.Name) || string.IsNullOrWhiteSpace(option.Description)
                || option.Check is null)
            {
                return $"the option '{option?.Name}' lacks its name, description or check";
            }

            if (!names.Add(option.Name))
            {
                return $"the option '{option.Name}' is there twice";
            }

            foreach (var value in Odd)
            {
                _ = option.Check(value);
            }
        }

        return null;
    }
}
