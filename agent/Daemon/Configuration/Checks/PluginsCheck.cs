namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>Plugins run as root: who may write them may do everything.</summary>
internal sealed class PluginsCheck : IConfigCheck
{
    private const string Field = "plugins.require_root_owned";

    public void Check(ConfigDraft draft, ProblemList problems)
    {
        if (!draft.Config.Plugins.RequireRootOwned)
        {
            problems.Warning(draft.PlaceOf(Field), Field, "plugins of any owner are loaded, and run as root", "Set it to true outside of development");
        }
    }
}
