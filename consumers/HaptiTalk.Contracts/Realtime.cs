using HaptiTalk.Messaging.Resilience;

namespace HaptiTalk.Contracts;

/// <summary>Connects a device to a session. Answered by <see cref="LiveConnections"/>, or <see cref="DeviceRefused"/>.</summary>
[ServiceProfile("realtime")]
public sealed record ConnectDevice(string SessionId, string DeviceId, string Token);

/// <summary>The device's token does not let it in.</summary>
public sealed record DeviceRefused(string DeviceId, TokenVerdict Verdict);

/// <summary>Asks realtime which devices listen to a session. Answered by <see cref="LiveConnections"/>.</summary>
[ServiceProfile("realtime")]
public sealed record GetLiveConnections(string SessionId);

/// <summary>The devices that listen to a session now; none for a session that is over or was never known.</summary>
public sealed record LiveConnections(string SessionId, IReadOnlyList<LiveConnection> Devices);

/// <summary>One device that listens.</summary>
public sealed record LiveConnection(string DeviceId, DateTimeOffset ConnectedAt);

/// <summary>Makes the devices of a session vibrate. Answered by <see cref="FeedbackReceipt"/>; makes <see cref="FeedbackDelivered"/> known.</summary>
/// <param name="FeedbackId">Chosen by the caller, so that asking twice vibrates once.</param>
/// <param name="SessionId">Whose devices.</param>
/// <param name="Kind">What the vibration is about.</param>
/// <param name="Intensity">How strong it is, from 0 to 1.</param>
[ServiceProfile("realtime")]
public sealed record DeliverFeedback(string FeedbackId, string SessionId, FeedbackKind Kind, double Intensity);

/// <summary>What became of a <see cref="DeliverFeedback"/>.</summary>
/// <param name="FeedbackId">Which one.</param>
/// <param name="Devices">How many devices vibrated; with none, nothing was delivered.</param>
public sealed record FeedbackReceipt(string FeedbackId, int Devices);

/// <summary>A device vibrated. The same delivery may be announced more than once.</summary>
[ServiceProfile("realtime")]
public sealed record FeedbackDelivered(string FeedbackId, string SessionId, FeedbackKind Kind, double Intensity, DateTimeOffset DeliveredAt);
