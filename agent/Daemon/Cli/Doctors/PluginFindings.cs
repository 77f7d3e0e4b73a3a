using NodeAgent.Contract;
using NodeAgent.Daemon.Plugins.Discovery;
using NodeAgent.Daemon.Plugins.Guarding;
using NodeAgent.Daemon.Plugins.Loading;

namespace NodeAgent.Daemon.Cli.Doctors;

/// <summary>The plugins: whether their files are right, and whether the programs they use are there.</summary>
internal sealed class PluginFindings(ICommands commands)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    /// <summary>Looks at every plugin that is installed.</summary>
    /// <param name="root">Where they are installed.</param>
    /// <param name="checkOwnership">Whether owners count.</param>
    /// <param name="wanted">The plugins that a backend is configured for; of the others a missing program does not matter.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellation">Stops the look.</param>
    public async Task<IReadOnlyList<DoctorFinding>> LookAsync(
        string root, bool checkOwnership, HashSet<string> wanted, TimeProvider time, CancellationToken cancellation)
    {
        var policy = new GuardPolicy();
        var loader = new PluginLoader(checkOwnership, new PluginCode(time, policy.Grace), policy.StartDeadline);
        var findings = new List<DoctorFinding>();
        foreach (var plugin in PluginDiscovery.Discover(root))
        {
            var newest = plugin.Versions[0];
            var wrong = loader.Inspect(newest).FirstOrDefault(verdict => !verdict.Passed);
            findings.Add(wrong is null
                ? DoctorFinding.Ok("plugin", plugin.Id, $"version {newest.Manifest!.Version} is whole{(newest.Manifest.Trial is { } trial ? $", and on trial: {trial}" : "")}")
                : new DoctorFinding("plugin", plugin.Id, wanted.Contains(plugin.Id) ? DoctorVerdict.Failed : DoctorVerdict.Warning, wrong.Reason, wrong.Remedy));
            foreach (var tool in newest.Manifest?.Commands ?? [])
            {
                findings.Add(await ToolAsync(plugin.Id, tool, wanted.Contains(plugin.Id), cancellation));
            }
        }

        if (findings.Count == 0)
        {
            findings.Add(new DoctorFinding("plugin", root, DoctorVerdict.Warning, "no plugin is installed there", "Install one, or mend 'plugins.path'."));
        }

        return findings;
    }

    private async Task<DoctorFinding> ToolAsync(string plugin, string tool, bool isWanted, CancellationToken cancellation)
    {
        var where = $"{plugin} {tool}";
        var ran = await commands.RunAsync(new Command(tool, ["--version"]) { Deadline = Limit }, cancellation);
        if (!ran.IsOk)
        {
            return new DoctorFinding("tool", where, isWanted ? DoctorVerdict.Failed : DoctorVerdict.Skipped,
                isWanted ? ran.Fault.Why : $"{ran.Fault.Why}; no backend needs it", isWanted ? ran.Fault.NextStep : "");
        }

        var line = $"{ran.Value.Output}\n{ran.Value.ErrorOutput}".Split('\n').Select(text => text.Trim()).FirstOrDefault(text => text.Any(char.IsAsciiDigit));
        return DoctorFinding.Ok("tool", where, line is null ? "is there; it does not tell its version" : line);
    }
}
