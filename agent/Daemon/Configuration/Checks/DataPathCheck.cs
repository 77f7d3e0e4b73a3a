namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>
/// Data among the agent's state would be removed with it when the package is purged. Only the folder "volumes" is kept.
/// </summary>
internal sealed class DataPathCheck : IConfigCheck
{
    public void Check(ConfigDraft draft, ProblemList problems)
    {
        var state = draft.Config.State;
        var volumes = $"{state}/volumes";
        foreach (var backend in draft.Config.Backends)
        {
            foreach (var (key, value) in backend.Options)
            {
                if (value.StartsWith('/') && Folders.Holds(state, value) && !Folders.Holds(volumes, value))
                {
                    var field = $"backends[{backend.Id}].options.{key}";
                    problems.Error(
                        draft.PlaceOf(field), field, $"{value} is among the agent's own state", $"Choose a path in {volumes} or outside of {state}");
                }
            }
        }
    }
}
