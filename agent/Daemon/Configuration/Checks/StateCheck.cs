namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>State that is gone after a boot would make the node forget who it is.</summary>
internal sealed class StateCheck : IConfigCheck
{
    private static readonly string[] Forgetful = ["/run", "/tmp", "/var/tmp", "/dev/shm", "/proc", "/sys"];

    public void Check(ConfigDraft draft, ProblemList problems)
    {
        var state = draft.Config.State;
        if (state is "/" or "/etc" or "/usr" or "/var" or "/home" or "/root")
        {
            problems.Error(draft.PlaceOf("state"), "state", $"{state} is not the agent's own", "Choose a folder of its own, such as /var/lib/nodeagent");
        }
        else if (Forgetful.FirstOrDefault(folder => Folders.Holds(folder, state)) is { } folder)
        {
            problems.Warning(draft.PlaceOf("state"), "state", $"what is in {folder} does not outlive a boot", "Choose a folder that does, such as /var/lib/nodeagent");
        }
    }
}
