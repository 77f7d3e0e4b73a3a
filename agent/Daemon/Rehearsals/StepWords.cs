using NodeAgent.Rehearsal.Plans;

namespace NodeAgent.Daemon.Rehearsals;

/// <summary>What a step of a rehearsal can be called.</summary>
internal static class StepWords
{
    /// <summary>By word, with what each needs.</summary>
    public static IReadOnlyDictionary<string, StepWord> All { get; } = new Dictionary<string, StepWord>(StringComparer.Ordinal)
    {
        ["power-off"] = new(HappeningKind.PowerOff, StepNeeds.Node),
        ["power-on"] = new(HappeningKind.PowerOn, StepNeeds.Node),
        ["cut"] = new(HappeningKind.Cut, StepNeeds.Node) { Takes = StepNeeds.Other, WithOther = HappeningKind.CutPair },
        ["restore"] = new(HappeningKind.Restore, StepNeeds.Node) { Takes = StepNeeds.Other, WithOther = HappeningKind.RestorePair },
        ["cut-one-way"] = new(HappeningKind.CutOneWay, StepNeeds.Node | StepNeeds.Other),
        ["slow"] = new(HappeningKind.Slow, StepNeeds.Node | StepNeeds.Span),
        ["freeze"] = new(HappeningKind.Freeze, StepNeeds.Node) { Takes = StepNeeds.Span, WithoutEnd = true },
        ["thaw"] = new(HappeningKind.Thaw, StepNeeds.Node),
        ["stall"] = new(HappeningKind.Stall, StepNeeds.Node | StepNeeds.Span),
        ["kill-agent"] = new(HappeningKind.RestartAgent, StepNeeds.Node),
        ["restart-agent"] = new(HappeningKind.ReplaceAgent, StepNeeds.Node),
        ["twin"] = new(HappeningKind.Twin, StepNeeds.Node) { Takes = StepNeeds.Span, WithoutEnd = true },
        ["reset"] = new(HappeningKind.Reset, StepNeeds.Node),
        ["reboot"] = new(HappeningKind.Reboot, StepNeeds.Node),
        ["shutdown"] = new(HappeningKind.Shutdown, StepNeeds.Node),
        ["store-loss"] = new(HappeningKind.StoreLoss, StepNeeds.Nothing),
        ["store-back"] = new(HappeningKind.StoreBack, StepNeeds.Nothing),
        ["backup-store"] = new(HappeningKind.BackUpStore, StepNeeds.Nothing),
        ["restore-store"] = new(HappeningKind.RestoreStore, StepNeeds.Nothing),
        ["restore-store-in-place"] = new(HappeningKind.RestoreStoreInPlace, StepNeeds.Nothing),
        ["maintenance-on"] = new(HappeningKind.Drain, StepNeeds.Node),
        ["maintenance-off"] = new(HappeningKind.Undrain, StepNeeds.Node),
        ["move"] = new(HappeningKind.Move, StepNeeds.Node | StepNeeds.Service),
        ["stop"] = new(HappeningKind.StopService, StepNeeds.Service),
        ["start"] = new(HappeningKind.StartService, StepNeeds.Service),
        ["ignore"] = new(HappeningKind.IgnoreService, StepNeeds.Service),
        ["reset-service"] = new(HappeningKind.ResetService, StepNeeds.Service),
        ["accept-loss"] = new(HappeningKind.AcceptLoss, StepNeeds.Service),
        ["confirm-dead"] = new(HappeningKind.ConfirmDead, StepNeeds.Node),
        ["disarm"] = new(HappeningKind.Disarm, StepNeeds.Nothing),
        ["arm"] = new(HappeningKind.Arm, StepNeeds.Nothing),
        ["break"] = new(HappeningKind.Break, StepNeeds.Service),
        ["fail-start"] = new(HappeningKind.FailStart, StepNeeds.Node | StepNeeds.Service),
        ["fail-promote"] = new(HappeningKind.FailPromote, StepNeeds.Node | StepNeeds.Service),
        ["fail-stop"] = new(HappeningKind.FailStop, StepNeeds.Node | StepNeeds.Service),
        ["hang"] = new(HappeningKind.Hang, StepNeeds.Node | StepNeeds.Service),
        ["lose-disk"] = new(HappeningKind.LoseDisk, StepNeeds.Node | StepNeeds.Service),
        ["mend"] = new(HappeningKind.Mend, StepNeeds.Node | StepNeeds.Service),
        ["lose-watchdog"] = new(HappeningKind.LoseWatchdog, StepNeeds.Node),
        ["watchdog-fails"] = new(HappeningKind.WatchdogFails, StepNeeds.Node),
        ["fence-fails"] = new(HappeningKind.FenceFails, StepNeeds.Node),
        ["stop-copying"] = new(HappeningKind.StopCopying, StepNeeds.Service),
        ["resume-copying"] = new(HappeningKind.ResumeCopying, StepNeeds.Service),
    };
}
