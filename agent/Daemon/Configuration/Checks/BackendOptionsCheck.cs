using System.Diagnostics.CodeAnalysis;
using NodeAgent.Contract;
using NodeAgent.Daemon.Configuration.Yaml;

namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>A plugin says which options it has; these are held against the file.</summary>
internal sealed class BackendOptionsCheck : IConfigCheck
{
    public void Check(ConfigDraft draft, ProblemList problems)
    {
        if (draft.Sources.OptionsOf is not { } optionsOf)
        {
            return;
        }

        foreach (var backend in draft.Config.Backends)
        {
            var path = $"backends[{backend.Id}]";
            if (optionsOf(backend.Plugin) is { } options)
            {
                CheckOne(backend, options, path, draft, problems);
                if (!backend.AcceptsTrial && draft.Sources.TrialOf?.Invoke(backend.Plugin) is { } trial)
                {
                    problems.Error(
                        draft.PlaceOf($"{path}.plugin"),
                        $"{path}.accept_trial",
                        $"plugin '{backend.Plugin}' is on trial: {trial.TrimEnd('.')}",
                        "If you want to try it all the same: 'accept_trial: true', and keep copies elsewhere of what you give it");
                }
            }
            else
            {
                problems.Error(
                    draft.PlaceOf($"{path}.plugin"),
                    $"{path}.plugin",
                    $"no plugin '{backend.Plugin}' is installed in {draft.Config.Plugins.Path}",
                    "'nodeagent plugin list' shows what is there and what could not be loaded");
            }
        }
    }

    private static void CheckOne(
        BackendConfig backend, IReadOnlyList<BackendOption> options, string path, ConfigDraft draft, ProblemList problems)
    {
        foreach (var (key, value) in backend.Options)
        {
            var field = $"{path}.options.{key}";
            var option = options.FirstOrDefault(candidate => candidate.Name == key);
            if (option is null)
            {
                problems.Error(draft.PlaceOf(field), field, $"plugin '{backend.Plugin}' has no such option", Remedy(key, options));
            }
            else if (WrongWith(option, value) is { } wrong)
            {
                problems.Error(draft.PlaceOf(field), field, wrong, $"{option.Name}: {FileText.OneLine(option.Description)}");
            }
        }

        foreach (var missing in options.Where(option => option.Required && !draft.Values.Mentions($"{path}.options.{option.Name}")))
        {
            problems.Error(
                draft.PlaceOf($"{path}.options"),
                $"{path}.options.{missing.Name}",
                $"is missing, and plugin '{backend.Plugin}' needs it",
                $"{missing.Name}: {FileText.OneLine(missing.Description)}");
        }
    }

    private static string Remedy(string key, IReadOnlyList<BackendOption> options)
    {
        if (Nearest.To(key, options.Select(option => option.Name)) is { } near)
        {
            return $"Did you mean '{near}'?";
        }

        return options.Count == 0 ? "It has none: remove it" : $"It has: {string.Join(", ", options.Select(option => option.Name))}";
    }

    [SuppressMessage("Design", "CA1031", Justification = "A plugin's check is foreign code; whatever it throws is told as a problem of the option.")]
    private static string? WrongWith(BackendOption option, string value)
    {
        try
        {
            return option.Check(value) is { } wrong ? FileText.OneLine(wrong) : null;
        }
        catch (Exception failure)
        {
            return $"the plugin's own check of this option failed ({failure.GetType().Name})";
        }
    }
}
