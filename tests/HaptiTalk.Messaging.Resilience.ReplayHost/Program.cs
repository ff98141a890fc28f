using System.Globalization;
using HaptiTalk.Messaging.Resilience;

// ReplayHost BROKER QUEUE WINDOW
// Replays a queue of dead letters and says what became of it. It ends when its standard input does, so that it does not outlive
// the test.
using var stop = new CancellationTokenSource();
// Reading from the console blocks its thread.
_ = Task.Run(Console.In.ReadToEndAsync).ContinueWith(_ => stop.CancelAsync(), TaskScheduler.Default).Unwrap();
var deadLetters = new RabbitMqDeadLetters(new DeadLetterOptions { Broker = new Uri(args[0]), UseManagement = false });
await Console.Out.WriteLineAsync("ready");
ReplayReport report = await deadLetters.Replayer.ReplayAsync(
    new ReplayRequest { Queue = args[1], Window = int.Parse(args[2], CultureInfo.InvariantCulture), MaxReplays = int.MaxValue }, cancellationToken: stop.Token);
await Console.Out.WriteLineAsync($"{report.Stop} {report.Of(ReplayOutcome.Replayed)} {report.PossibleDuplicates}");
