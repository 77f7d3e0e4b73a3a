using System.CommandLine;
using NodeAgent.Lab.Host;
using NodeAgent.Lab.Keeping;

namespace NodeAgent.Lab.Verbs;

/// <summary><c>lab clean</c></summary>
public static class CleanVerb
{
    public static Command Build()
    {
        var days = new Option<int>("--days") { Description = "Keep what was used within so many days", DefaultValueFactory = _ => (int)PrunePolicy.Usual.UsedWithin.TotalDays };
        var newest = new Option<int>("--newest") { Description = "Keep so many of each kind", DefaultValueFactory = _ => PrunePolicy.Usual.Newest };
        days.Validators.Add(option => { if (option.GetValueOrDefault<int>() < 0) { option.AddError("--days cannot be below 0"); } });
        newest.Validators.Add(option => { if (option.GetValueOrDefault<int>() < 0) { option.AddError("--newest cannot be below 0"); } });
        var command = new Command("clean", "Delete old images and saved states; never what a lab runs on") { days, newest };
        command.SetAction(parsed =>
        {
            var freed = new LabCache(new LabFolders()).Prune(new PrunePolicy(parsed.GetValue(newest), TimeSpan.FromDays(parsed.GetValue(days))));
            Console.WriteLine($"{freed >> 20} MiB are free again");
            return 0;
        });
        return command;
    }
}
