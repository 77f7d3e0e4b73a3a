using NodeAgent.Contract;

namespace NodeAgent.Daemon.Tuning;

/// <summary>What a profile must not do, whoever wrote it. Looked at before every plan.</summary>
internal static class ProfileRules
{
    /// <summary>
    /// These make writes that were acknowledged disappear, or belong to somebody else. Source of the first: zfs.4,
    /// "will cause pool corruption on power loss".
    /// </summary>
    private static readonly (string Name, string Why)[] Forbidden =
    [
        ("zfs_nocacheflush", "acknowledged writes would be lost in a power cut"),
        ("zil_nocacheflush", "acknowledged writes would be lost in a power cut"),
        ("zil_replay_disable", "acknowledged writes would be dropped at the next import"),
        ("sync", "acknowledged writes would be lost in a power cut"),
        ("zfs_multihost_interval", "it decides who may import a pool, and belongs to the backend"),
        ("zfs_multihost_fail_intervals", "it decides who may import a pool, and belongs to the backend"),
        ("zfs_multihost_import_intervals", "it decides who may import a pool, and belongs to the backend"),
    ];

    /// <summary>Done, or all that is wrong with a profile at once.</summary>
    public static Outcome Check(TuningProfile profile)
    {
        var wrong = profile.Settings.SelectMany(setting => Against(profile, setting)).Distinct(StringComparer.Ordinal).ToList();
        return wrong.Count == 0
            ? Outcome.Done
            : new Fault(
                FaultCode.InvalidArgument, $"cannot use profile {profile.Name}", string.Join("; ", wrong), "Use one of those that come with nodeagent.", Retry.Never);
    }

    private static IEnumerable<string> Against(TuningProfile profile, Setting setting)
    {
        var (knob, amount) = (setting.Knob, setting.Amount);
        var name = knob.Name;
        if (Array.Find(Forbidden, entry => entry.Name == name) is { Name: not null } forbidden)
        {
            yield return $"it sets {name}: {forbidden.Why}";
        }
        else if (!Knobs.All.Contains(knob))
        {
            yield return $"it sets {name}, which nobody has looked at";
        }
        else if (amount.Most * amount.Times < knob.Least || amount.Most * amount.Times > knob.Most)
        {
            yield return $"it sets {name} to {amount.Most * amount.Times}, outside {knob.Least} to {knob.Most}";
        }

        if (profile.Settings.Count(other => other.Knob.Name == name) > 1)
        {
            yield return $"it sets {name} twice";
        }

        if (setting.Why.Length == 0)
        {
            yield return $"it does not say why it sets {name}";
        }

        if (profile.Settings.FirstOrDefault(other => other.Knob.Name == knob.Above) is { } above && above.Amount.Most < amount.Most)
        {
            yield return $"it sets {name} above {above.Knob.Name}";
        }
    }
}
