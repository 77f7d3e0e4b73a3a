using NodeAgent.Linux.Commands;
using NodeAgent.Linux.Fencing;
using NodeAgent.Tests.Support;

namespace NodeAgent.Tests.Linux.Fencing;

/// <summary>Fence agents that behave as told: scripts that are found before the system's.</summary>
internal sealed class FenceStand : IDisposable
{
    private readonly TempFolder folder = new();

    public FenceStand()
    {
        var runner = new CommandRunner(
            new CommandRunnerOptions { ExtraFolders = [folder.Path], KillGrace = TimeSpan.FromSeconds(5) }, TimeProvider.System);
        Agents = new FenceAgents(runner, TimeProvider.System);
        Fence = new PowerFence(Agents);
    }

    public FenceAgents Agents { get; }

    public PowerFence Fence { get; }

    public string this[string name] => folder[name];

    /// <summary>The real agent of the package, that keeps its power in a file.</summary>
    public FenceDevice Dummy(string name = "dummy") => new(
        name, "fence_dummy", new Dictionary<string, string> { ["type"] = "file", ["status_file"] = folder[$"{name}.power"] });

    /// <summary>An agent for which $action is what it is to do; "cuts" in the metadata makes it one of access.</summary>
    public FenceDevice Agent(string name, string body, bool cutsAccess = false, string? secrets = null)
    {
        var on = cutsAccess ? "<action name=\"on\" on_target=\"1\" automatic=\"1\"/>" : "<action name=\"on\"/>";
        var metadata = $"<resource-agent name=\"{name}\" shortdesc=\"x\"><parameters/><actions>{on}<action name=\"off\"/>"
            + "<action name=\"status\"/><action name=\"monitor\"/></actions></resource-agent>";
        _ = folder.Script(
            $"fence_{name}",
            $"here='{folder.Path}'\ninput=$(cat)\naction=$(printf '%s\\n' \"$input\" | sed -n 's/^action=//p')\n"
            + $"echo \"$action\" >> \"$here/{name}.log\"\nif [ \"$action\" = metadata ]; then echo '{metadata}'; exit 0; fi\n{body}");
        return new FenceDevice(name, $"fence_{name}", new Dictionary<string, string>(), secrets);
    }

    public string SecretsFile(string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        File.WriteAllText(folder["secrets"], text);
        File.SetUnixFileMode(folder["secrets"], mode);
        return folder["secrets"];
    }

    public void Dispose() => folder.Dispose();
}
