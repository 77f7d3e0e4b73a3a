namespace NodeAgent.Daemon.Configuration.Checks;

/// <summary>Fence devices: real agents, no passwords in a file that others may read, nothing that would change the action.</summary>
internal sealed class FencingCheck : IConfigCheck
{
    private static readonly string[] Ours = ["action", "option", "verbose", "verbose_level", "debug", "debug_file", "help", "version"];

    public void Check(ConfigDraft draft, ProblemList problems)
    {
        foreach (var device in draft.Config.Fencing)
        {
            var path = $"fencing[{device.Name}]";
            if (!device.Agent.StartsWith("fence_", StringComparison.Ordinal) || device.Agent.Contains('.'))
            {
                problems.Error(draft.PlaceOf($"{path}.agent"), $"{path}.agent", $"'{device.Agent}' is not a fence agent", "Their names begin with fence_: ls /usr/sbin/fence_*");
            }

            foreach (var (key, value) in device.Options)
            {
                var field = $"{path}.options.{key}";
                if (key.Contains("passw", StringComparison.OrdinalIgnoreCase) || key.Contains("secret", StringComparison.OrdinalIgnoreCase))
                {
                    problems.Error(draft.PlaceOf(field), field, "is a secret, and others may read this file", $"Write '{key}=...' into a file of mode 0600 and name it in 'secrets'");
                }
                else if (Ours.Contains(key, StringComparer.OrdinalIgnoreCase))
                {
                    problems.Error(draft.PlaceOf(field), field, "is set by NodeAgent itself", "Remove it");
                }
                else if (value.Any(char.IsControl) || !key.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-'))
                {
                    problems.Error(draft.PlaceOf(field), field, "holds characters that cannot be handed to an agent", "Correct it");
                }
            }
        }
    }
}
